// The handlers of web/routes, one file a resource. A handler reads what it needs from the context, calls one service, and
// renders the answer through web/views; rights were checked before it, the object is checked in the service.
// Any worker; what runs inside `ctx.write` runs on the writer thread.
#pragma once

#include "web/request_context.h"

namespace connlog::web::handlers {

// account.cpp
Result<Reply> setup_state(Context&);
Result<Reply> setup(Context&);
Result<Reply> login(Context&);
Result<Reply> logout(Context&);
Result<Reply> me(Context&);
// workspaces.cpp
Result<Reply> show_workspace(Context&);
Result<Reply> change_workspace(Context&);
Result<Reply> overview(Context&);
Result<Reply> audit_log(Context&);
// agents.cpp
Result<Reply> list_agents(Context&);
Result<Reply> add_agent(Context&);
Result<Reply> show_agent(Context&);
Result<Reply> change_agent(Context&);
Result<Reply> remove_agent(Context&);
Result<Reply> rotate_agent_token(Context&);
Result<Reply> decide_machine(Context&);
Result<Reply> machine_events(Context&);
Result<Reply> agent_readings(Context&);
// rules.cpp
Result<Reply> list_rules(Context&);
Result<Reply> add_rule(Context&);
Result<Reply> show_rule(Context&);
Result<Reply> change_rule(Context&);
Result<Reply> remove_rule(Context&);
Result<Reply> preview_rule(Context&);
Result<Reply> test_rule(Context&);
// incidents.cpp
Result<Reply> list_incidents(Context&);
Result<Reply> show_incident(Context&);
Result<Reply> acknowledge_incident(Context&);
Result<Reply> comment_incident(Context&);
// recipients.cpp
Result<Reply> list_recipients(Context&);
Result<Reply> add_recipient(Context&);
Result<Reply> change_recipient(Context&);
Result<Reply> remove_recipient(Context&);
Result<Reply> test_recipient(Context&);
// api_keys.cpp
Result<Reply> list_api_keys(Context&);
Result<Reply> add_api_key(Context&);
Result<Reply> revoke_api_key(Context&);
Result<Reply> list_own_api_keys(Context&);
Result<Reply> add_own_api_key(Context&);
Result<Reply> revoke_own_api_key(Context&);
Result<Reply> key_me(Context&);
// limits.cpp
Result<Reply> show_limits(Context&);
Result<Reply> change_limits(Context&);
// notifications.cpp
Result<Reply> list_notifications(Context&);
Result<Reply> retry_notification(Context&);
// appliance.cpp
Result<Reply> appliance(Context&);
Result<Reply> mail_settings(Context&);
Result<Reply> change_mail_settings(Context&);
Result<Reply> test_mail(Context&);
// events.cpp
Result<Reply> events(Context&);
// agent_protocol.cpp
Result<Reply> heartbeat(Context&);
Result<Reply> agent_config(Context&);
Result<Reply> endpoint_assignment(Context&);
// install.cpp
Result<Reply> install_script(Context&);
Result<Reply> download_agent(Context&);
// operations.cpp
Result<Reply> healthz(Context&);
Result<Reply> readyz(Context&);
Result<Reply> metrics(Context&);
Result<Reply> security_txt(Context&);
// web/openapi.cpp
Result<Reply> openapi(Context&);

}  // namespace connlog::web::handlers
