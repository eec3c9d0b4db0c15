"""What any case file needs so that it holds before a court: one way to write a document
as bytes, rows that nobody can change, packages that show when they were changed."""
