"""How gunicorn serves the portal: gunicorn -c deploy/gunicorn.conf.py config.wsgi"""

import multiprocessing
import os

bind = os.environ.get("HOLDFAST_BIND", "127.0.0.1:8000")
workers = int(os.environ.get("WEB_CONCURRENCY", 2 * multiprocessing.cpu_count() + 1))
worker_class = "gthread"
threads = 4
timeout = 60
max_requests = 5000
max_requests_jitter = 500
# Only the proxy on this host may say that a request came by TLS.
forwarded_allow_ips = os.environ.get("FORWARDED_ALLOW_IPS", "127.0.0.1")
# Microsoft's sign-in comes back with a code of some thousand characters in the address.
limit_request_line = 8190
limit_request_fields = 60
limit_request_field_size = 8190
# No query strings: a consent callback's state does not belong in a log.
access_log_format = '%(h)s "%(m)s %(U)s" %(s)s %(b)s %(M)sms'
accesslog = "-"
