-- Merges of the events took as much of the machine as receiving them: several are written a second, and each was merged
-- with the few before it, again and again. At least ten parts at once: every event is rewritten half as often.
-- And without the statistics that a merge would gather of every column: no question asks for them.
ALTER TABLE usage_events_raw_v1 MODIFY SETTING min_parts_to_merge_at_once = 10, auto_statistics_types = ''
