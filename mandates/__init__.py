"""The domain of Mandates: texts, bodies and sessions, people and units, instructions."""
