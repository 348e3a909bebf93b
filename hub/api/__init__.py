"""The HTTP door: one endpoint a file, found by walking this package."""
