"""The demonstration: a made-up borough, how it is loaded, and what keeps it alive."""
