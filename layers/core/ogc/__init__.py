"""OGC API - Features over every layer: parts 1 (core) and 3 (filtering).

Standards 17-069r4 and 19-079r2. Collections are the layers of the registry, rows those
that the caller may see. Programs sign in with an API key, as bearer or as the password
of HTTP Basic.
"""
