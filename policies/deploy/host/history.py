"""Making a record again from the journal: whoever had decided, any bundle's scribe can be told."""

from policies.deploy.host.journal import Reader
from policies.deploy.host.shadow import Shadow
from policies.deploy.host.workers import Scribe


def begin(scribe: Scribe, journal: Reader) -> None:
    """An empty record under the rules that decided first; the scribe's own if nobody has yet.

    Raises
    ------
    WorkerFailed
        If the scribe is gone.
    """
    eras = journal.eras()
    scribe.begin(eras[0].declared if eras else scribe.declared)


def tell(scribe: Scribe, journal: Reader, through: int, shadow: Shadow | None = None) -> None:
    """Everything from where a scribe stands through an event, with the changes of rules between.

    A change after the last event is told too: it holds for the next one. With a ``shadow`` of the scribe it
    is the shadow that looks at the events.

    Raises
    ------
    WorkerFailed
        If the scribe is gone, or the journal does not fit together.
    """
    teller = shadow or scribe
    for era in journal.eras()[1 + scribe.eras :]:
        if era.after > through:
            break
        teller.catch_up(journal.told(scribe.number, era.after))
        if shadow is not None:
            shadow.rest()
        scribe.era(era.declared)
    teller.catch_up(journal.told(scribe.number, through))
