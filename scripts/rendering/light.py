"""Turns hits into colours: sun, sky, reflections, haze; and the sky itself with its clouds."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import numpy as np

from rendering.noise import Array, dot, fbm
from rendering.tracer import GROUND, NOTHING, Camera, Hits, Material, Part, normals, occlusion, shadow, trace

__all__ = ["Scene", "Sky", "picture"]

Colour = tuple[float, float, float]


def _col(colour: Sequence[float]) -> Array:
    return np.asarray(colour, np.float32).reshape(3, 1)


@dataclass(frozen=True)
class Sky:
    """A sky from zenith to horizon with flat-bottomed clouds; `cover` 0 is clear, 1 is overcast."""

    zenith: Colour = (0.10, 0.24, 0.58)
    horizon: Colour = (0.55, 0.70, 0.88)
    cloud: Colour = (1.0, 0.98, 0.95)
    cover: float = 0.5
    scale: float = 1.6
    seed: int = 1

    def __call__(self, direction: Array) -> Array:
        """Unit directions (3, N) -> colours (3, N)."""
        up = np.clip(direction[1], 0, 1)
        colour = _col(self.horizon) + (_col(self.zenith) - _col(self.horizon)) * up**0.55
        if self.cover <= 0:
            return colour
        # A cloud deck seen in perspective; the curved plane keeps the clouds near the horizon from shrinking to dust.
        place = np.stack([direction[0], np.full_like(up, 0.3), direction[2]]) / (up + 0.22) * np.float32(self.scale)
        thick = fbm(place, 6, self.seed, lambda p: p + 0.7 * fbm(p * 0.7 + 5, 2, self.seed + 9))
        lit = fbm(place + np.float32(0.16), 4, self.seed, lambda p: p + 0.7 * fbm(p * 0.7 + 5, 2, self.seed + 9))
        edge = 0.70 - 0.38 * self.cover
        mask = np.clip((thick - edge) / 0.20, 0, 1)
        mask = mask * mask * (3 - 2 * mask)
        shade = np.clip(0.95 + 1.6 * (thick - lit) - 0.55 * np.clip(thick - edge - 0.1, 0, 1), 0.45, 1.1)
        return colour + (_col(self.cloud) * shade - colour) * (mask * np.clip(up * 9 + 0.1, 0, 1))


@dataclass(frozen=True)
class Scene:
    """Parts on a ground (or floating, without one) under a sun and a sky."""

    parts: Sequence[Part]
    sky: Callable[[Array], Array]
    sun: Colour  # towards the sun
    sunlight: Colour = (2.6, 2.4, 2.1)
    ambient: Colour = (0.50, 0.62, 0.85)
    bounce: Colour = (0.20, 0.19, 0.15)
    ground: Material | None = None
    floor: float = 0.0  # the ground's height
    softness: float = 0.06
    reach: float = 0.5  # of the ambient occlusion
    haze: float = 0.0  # share of the light lost per unit of way
    haze_colour: Colour = (0.62, 0.72, 0.85)
    detail: float = 1e-3  # step of the normals
    to_sun: Array = field(init=False)

    def __post_init__(self) -> None:
        direction = np.asarray(self.sun, np.float32)
        object.__setattr__(self, "to_sun", direction / np.linalg.norm(direction))

    @property
    def level(self) -> float | None:
        """The ground's height, or None without a ground."""
        return None if self.ground is None else self.floor


def _albedo(material: Material, points: Array) -> Array:
    if callable(material.albedo):
        return material.albedo(points)
    return np.repeat(_col(material.albedo), points.shape[1], axis=1)


def _mirrored(scene: Scene, points: Array, direction: Array) -> Array:
    """What a mirror at the points shows: a second, plainer look at the scene."""
    hits = trace(scene.parts, points, direction, scene.level, 40)
    colour = scene.sky(direction)
    for number in np.unique(hits.part[hits.part != NOTHING]):
        material = scene.ground if number == GROUND else scene.parts[number].material
        if material is None:
            continue
        chosen = np.nonzero(hits.part == number)[0]
        place = points[:, chosen] + direction[:, chosen] * hits.far[chosen]
        light = _col(scene.ambient) * 0.7 + _col(scene.sunlight) * (0.35 if number != GROUND else 0.6)
        seen = _albedo(material, place) * light
        fade = np.exp(-0.02 * hits.far[chosen]) if number == GROUND else 1.0
        colour[:, chosen] = seen * fade + colour[:, chosen] * (1 - fade)
    return colour


def _lit(scene: Scene, material: Material, points: Array, normal: Array, view: Array) -> Array:
    """Colours (3, N) of one material's points."""
    parts, ground = scene.parts, scene.level
    albedo = _albedo(material, points)
    base = normal
    if material.bump is not None:
        normal = material.bump(points, normal)
    sun = scene.to_sun
    facing = dot(normal, sun)
    open_sky = occlusion(parts, points, base, scene.reach, ground)
    lifted = points + base * np.float32(4 * scene.detail)
    sunny = shadow(parts, lifted, sun, scene.softness)
    direct = np.maximum(facing, 0) * sunny + material.through * np.maximum(-facing, 0)
    up = 0.5 + 0.5 * normal[1]
    soft = (_col(scene.ambient) * up + _col(scene.bounce) * (1 - up)) * open_sky
    away = view - 2 * dot(view, normal) * normal
    edge = (1 - np.clip(-dot(view, normal), 0, 1)) ** 5
    strength = material.gloss + (1 - material.gloss) * edge * min(1.0, material.gloss * 12)
    shine = np.clip(dot(away, sun), 0, 1) ** np.float32(material.sharpness)
    flash = _col(scene.sunlight) * shine * sunny * np.float32(0.02 * material.sharpness + 0.4)
    reflected = _mirrored(scene, lifted, away) * np.sqrt(open_sky) if material.gloss > 0.015 else 0.0
    if material.metal:
        return albedo * (reflected + flash) + albedo * (soft + _col(scene.sunlight) * direct) * 0.15
    diffuse = albedo * (_col(scene.sunlight) * direct + soft) + albedo * material.glow
    return diffuse * (1 - strength) + (reflected + flash) * strength


def _shaded(scene: Scene, origin: Array, direction: Array, hits: Hits) -> Array:
    colour = scene.sky(direction)
    for number in np.unique(hits.part[hits.part != NOTHING]):
        chosen = np.nonzero(hits.part == number)[0]
        material = scene.ground if number == GROUND else scene.parts[number].material
        if material is None:
            continue
        points = origin[:, chosen] + direction[:, chosen] * hits.far[chosen]
        normal = normals(scene.parts, points, hits.part[chosen], scene.detail)
        view = direction[:, chosen]
        normal = np.where(dot(normal, view) > 0, -normal, normal)  # thin shells are seen from both sides
        colour[:, chosen] = _lit(scene, material, points, normal, view)
    if scene.haze > 0:
        clear = np.exp(-scene.haze * np.where(np.isfinite(hits.far), hits.far, 0)).astype(np.float32)
        colour = colour * clear + _col(scene.haze_colour) * (1 - clear)
    return colour


def picture(scene: Scene, camera: Camera) -> tuple[Array, Array, Hits]:
    """Linear light (height, width, 3), the way to what is seen (height, width), and the hits."""
    origin, direction = camera.rays()
    hits = trace(scene.parts, origin, direction, scene.level)
    colour = _shaded(scene, origin, direction, hits)
    shape = (camera.height, camera.width)
    return np.moveaxis(colour.reshape(3, *shape), 0, 2), hits.far.reshape(shape), hits
