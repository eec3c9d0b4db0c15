"""Pages of playbooks: read, write a new version, try it, compare, put in force."""
