"""When tenants are captured, and whether their recovery points are as fresh as agreed.

`times` is pure: when the next capture is due. `services` sets schedules, `ticking` is what happens
every minute, `objectives` watches recovery points, `telling` says what is missed and why.
"""
