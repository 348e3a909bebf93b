"""The pages: one a file, rendered on the server, no script. They show what the views hold, as far as the viewer may see."""
