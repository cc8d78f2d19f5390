"""What a history costs: captures, a month of them, reading and comparing, beside what a user would
run instead. Every figure comes from a process of its own (`working`), on one installation in a
directory of its own (`scene`); the peers (`apps.demo.bench.peers`) read the same sandbox and the
same people in the same run."""
