"""Pages that only read: each is a dataclass filled by a few queries before its template starts."""
