-- As for the events before it: at least ten parts at once.
ALTER TABLE contributions_v1 MODIFY SETTING min_parts_to_merge_at_once = 10, auto_statistics_types = ''
