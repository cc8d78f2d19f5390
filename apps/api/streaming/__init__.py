"""Server-sent events: how jobs go, as it happens (https://html.spec.whatwg.org, section 9.2).

One thread of a process asks the database once a second for all that listen there, and looks again
at what each of them may see. A listener costs no thread under uvicorn (serving.py), one under
gunicorn, which is why it takes few.
"""
