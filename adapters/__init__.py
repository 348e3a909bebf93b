"""What carries: the event log, Kafka and the partners' ways of saying things."""
