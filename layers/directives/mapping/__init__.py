"""What the map shows of directives besides their areas: whom they went to, and how
much time is left."""
