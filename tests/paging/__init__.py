"""Teams that are paged, over a real log, a real SMTP server and a real web server on this machine."""
