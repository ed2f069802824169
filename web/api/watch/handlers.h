// Handlers of the room watch: subjects, rules, incidents, what needs attention, the stream of live events.
// Any worker; what runs inside `ctx.write` runs on the writer thread.
#pragma once

#include "web/api/parts.h"
#include "web/api/request_context.h"
#include "web/api/routes.h"
#include "web/api/watch/services.h"

namespace connlog::web::watch {

std::span<const Route> routes();
std::span<const WorkspaceSection> workspace_sections();

// subjects.cpp
Result<Reply> list_subjects(Context&);
Result<Reply> list_groups(Context&);
Result<Reply> show_subject(Context&);
Result<Reply> show_subject_record(Context&);
// subject_changes.cpp
Result<Reply> add_subject(Context&);
Result<Reply> add_group(Context&);
Result<Reply> change_subject(Context&);
Result<Reply> remove_subject(Context&);
Result<Reply> put_subject_by_key(Context&);
// subject_kinds.cpp
Result<Reply> list_subject_kinds(Context&);
// rules.cpp
Result<Reply> list_rules(Context&);
Result<Reply> add_rule(Context&);
Result<Reply> show_rule(Context&);
Result<Reply> change_rule(Context&);
Result<Reply> remove_rule(Context&);
Result<Reply> preview_rule(Context&);
Result<Reply> test_rule(Context&);
Result<Reply> drill_rule(Context&);
Result<Reply> end_drill(Context&);
// quiet.cpp
Result<Reply> list_quiet(Context&);
Result<Reply> show_quiet(Context&);
Result<Reply> add_quiet(Context&);
Result<Reply> change_quiet(Context&);
Result<Reply> end_quiet(Context&);
Result<Reply> preview_quiet(Context&);
Result<Reply> quiet_calendar(Context&);
Result<Reply> snooze_incident(Context&);
Result<Reply> show_telling_settings(Context&);
Result<Reply> put_telling_settings(Context&);
// metrics.cpp
Result<Reply> list_metrics(Context&);
// incidents.cpp
Result<Reply> list_incidents(Context&);
Result<Reply> show_incident(Context&);
Result<Reply> acknowledge_incident(Context&);
Result<Reply> unacknowledge_incident(Context&);
Result<Reply> comment_incident(Context&);
// telling.cpp
Result<Reply> show_incident_telling(Context&);
Result<Reply> show_rule_telling(Context&);
Result<Reply> list_telling_stages(Context&);
// dependencies.cpp
Result<Reply> show_parents(Context&);
Result<Reply> put_parents(Context&);
Result<Reply> list_dependencies(Context&);
// events.cpp
Result<Reply> events(Context&);
// overview.cpp
Result<Reply> overview(Context&);

}  // namespace connlog::web::watch
