"""Files that people hand in: template, check cell by cell, preview, commit, undo."""
