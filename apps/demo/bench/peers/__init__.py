"""What a user would run instead, each in a process of its own that measures itself.

None of it encrypts, indexes or says what changed; the exporters say what reading and writing alone
cost.
"""
