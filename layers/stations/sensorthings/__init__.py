"""OGC SensorThings API 1.1, part 1 (sensing), read from the tables of stations.

A request is a path and options in the grammar of OData; both are parsed by hand
(:mod:`.tokens`, :mod:`.expressions`, :mod:`.options`, :mod:`.paths`), compiled to bound
SQL over the relations of :mod:`.entities`, and written as JSON by :mod:`.rendering`.
"""
