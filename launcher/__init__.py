"""The launcher behind ``./ioc``: installs, starts, supervises and stops GIS-IOC.

It runs before ``.venv`` exists, so it uses the standard library only.
"""
