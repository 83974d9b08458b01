"""What the core answers over HTTP: health, metrics, access log, guards."""
