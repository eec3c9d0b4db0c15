"""Pages and addresses of the uploads, over whatever importers there are."""
