"""Keeps the head and the tail of an output of any length in bounded memory."""


class Excerpt:
    """What is kept of one stream: all of it while it fits, else its beginning and its end."""

    def __init__(self, room_bytes: int) -> None:
        self._head_room = room_bytes // 2
        self._tail_room = room_bytes - self._head_room
        self._head = bytearray()
        self._tail = bytearray()
        self.seen_bytes = 0

    @property
    def cut(self) -> bool:
        """Something in the middle was not kept."""
        return self.seen_bytes > self._head_room + self._tail_room

    def add(self, chunk: bytes) -> None:
        """Take in the next piece of the stream."""
        self.seen_bytes += len(chunk)
        missing = self._head_room - len(self._head)
        if missing > 0:
            self._head += chunk[:missing]
            chunk = chunk[missing:]
        self._tail += chunk
        # Trimming at every piece would move the whole tail each time.
        if len(self._tail) > 2 * self._tail_room + 65536:
            self._trim_tail()

    def _trim_tail(self) -> None:
        excess = len(self._tail) - self._tail_room
        if excess > 0:
            del self._tail[:excess]

    def text(self) -> str:
        """The kept text; bytes that are not UTF-8 are replaced.

        A cut is made between lines where there are any, so that no number is halved.
        """
        self._trim_tail()
        head, tail = bytes(self._head), bytes(self._tail)
        if not self.cut:
            return (head + tail).decode("utf-8", "replace")
        whole_head, newline, _ = head.rpartition(b"\n")
        if newline:
            head = whole_head
        _, newline, whole_tail = tail.partition(b"\n")
        if newline:
            tail = whole_tail
        left_out = self.seen_bytes - len(head) - len(tail)
        note = f"\n[... {left_out} bytes not kept ...]\n".encode()
        return (head + note + tail).decode("utf-8", "replace")
