"""What can happen: one event type a file, found by the registry. Events say; nothing here decides or stores."""
