"""What a fault is, and how people will meet it: plain values, drawn in ``twin.attributes``."""

from dataclasses import dataclass


@dataclass(slots=True)
class Traits:
    """How a fault will be noticed and reported: uniforms in (0, 1), ``_z`` standard normals."""

    notice_z: float
    channel_u: float
    app_u: float
    trade_u: float
    other_trade_u: float
    urgent_u: float
    room_u: float
    unneeded_u: float
    department_u: float
    joint_u: float
    again_u: float
    reminder_z: float
    lost_u: float
    access_u: float


@dataclass(slots=True)
class Nature:
    """What a fault is: trade, true priority 1-3, work [min], part (item or -1), latent root cause, public place."""

    trade: str
    priority: int
    work_min: float
    part: int
    root: bool
    public: bool
