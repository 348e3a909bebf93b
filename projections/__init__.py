"""What people see: one question a file, each a fold of events into small tables. Projections show; they decide nothing."""
