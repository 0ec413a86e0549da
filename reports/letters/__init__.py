"""Letters: what one says (`weekly`, `reminders`, `escalations`), when it is due (`periods`), and how it goes out once
(`outbox`, `relay`)."""
