-- One row a wall: (id, slug, what names its scenes, playlists, schedule and measures).
SELECT
    wall.id,
    wall.slug,
    md5(concat_ws(
        '|',
        wall::text,
        (
            SELECT string_agg(concat_ws(':', scene.slug, scene.title, scene.version,
                scene.preset, scene.hotkey, scene."order", md5(scene.body::text)),
                ',' ORDER BY scene.id)
            FROM wall_scene AS scene
            WHERE scene.wall_id IS NULL OR scene.wall_id = wall.id
        ),
        (
            SELECT string_agg(concat_ws(':', playlist.slug, playlist.title,
                playlist.pause_on_alarm, playlist.items), ',' ORDER BY playlist.id)
            FROM wall_playlist AS playlist
        ),
        (
            SELECT string_agg(slot::text, ',' ORDER BY slot.id)
            FROM wall_slot AS slot
            WHERE slot.wall_id = wall.id
        )
    )) AS version
FROM wall_wall AS wall
