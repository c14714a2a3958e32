"""The phones of a campus: which profile stands between what technicians do and what the office hears."""

from hardware_emul.field import compose
from twin.build import MakeField
from twin.ports import Field
from twin.world import World


def phones_of(profile: str) -> MakeField | None:
    """What ``twin.build`` makes the field of; None where every report is heard at once and unchanged.

    Raises
    ------
    UnknownProfile
        When the world is built, if there is no profile of that name.
    """
    if profile == "perfect":
        return None

    def field_of(world: World) -> Field | None:
        waist = world.waist
        return compose({"handset": profile}, world.clock, world.streams, waist.note, waist.deliver)

    return field_of
