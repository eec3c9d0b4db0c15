"""The register of directives: figures by unit and step, and the exchange with the
task register of the province."""
