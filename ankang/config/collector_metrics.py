"""What a collector tells about itself, in Prometheus' text form."""

from collections import Counter as Tally
from collections.abc import Sequence

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram

from ankang.learning.messages import Answer

BATCHES = (1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000, 10000)
SECONDS = (0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1.0, 2.0, 5.0)


class Metrics:
    """Queue, batches, commits, refusals and answers of one process."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self.queue = Gauge(
            "ankang_collector_queue",
            "Messages that wait to be committed.",
            registry=self.registry,
        )
        self.batch = Histogram(
            "ankang_collector_batch_messages",
            "Messages in one transaction.",
            buckets=BATCHES,
            registry=self.registry,
        )
        self.commit = Histogram(
            "ankang_collector_commit_seconds",
            "From taking a batch to its commit.",
            buckets=SECONDS,
            registry=self.registry,
        )
        self.refused = Counter(
            "ankang_collector_refused",
            "Messages refused whole or in part, by reason.",
            ["reason"],
            registry=self.registry,
        )
        self.answers = Counter(
            "ankang_collector_answers",
            "Answers by HTTP status.",
            ["status"],
            registry=self.registry,
        )

    def note_batch(
        self, answers: Sequence[Answer], messages: int, seconds: float
    ) -> None:
        """A batch ended."""
        self.batch.observe(messages)
        self.commit.observe(seconds)
        self.note(answers)

    def note(self, answers: Sequence[Answer]) -> None:
        """Count answers by status, and refusals by reason."""
        statuses = Tally(answer.status for answer in answers)
        reasons: Tally[str] = Tally()
        for answer in answers:
            if "error" in answer.said:
                reasons[answer.said["error"]] += 1
            elif "refused" in answer.said:
                reasons.update(one["reason"] for one in answer.said["refused"])
        for status, count in statuses.items():
            self.answers.labels(str(status)).inc(count)
        for reason, count in reasons.items():
            self.refused.labels(str(reason)).inc(count)
