"""Simulators: they speak the real protocols into the real feeds.

Each module here with a coroutine ``run(options)`` is started by
``manage.py simulate``; its slug is the module's name.
"""
