"""Letters: what they say (`weekly`, `reminders`, `escalations`), how it is written (`written`), when it is due
(`periods`), and how it goes out once (`outbox`, `relay`)."""
