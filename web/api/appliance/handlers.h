// Handlers about the appliance itself: what runs, mail settings, health and metrics.
// Any worker; what runs inside `ctx.write` runs on the writer thread.
#pragma once

#include "web/api/request_context.h"
#include "web/api/routes.h"
#include "web/api/appliance/services.h"

namespace connlog::web::appliance {

std::span<const Route> routes();

// appliance.cpp
Result<Reply> appliance(Context&);
Result<Reply> mail_settings(Context&);
Result<Reply> change_mail_settings(Context&);
Result<Reply> test_mail(Context&);
// health.cpp
Result<Reply> health(Context&);
// recovery.cpp
Result<Reply> recovery(Context&);
Result<Reply> revoke_not_vouched(Context&);
Result<Reply> end_recovery(Context&);
// backups.cpp
Result<Reply> list_backups(Context&);
Result<Reply> make_backup(Context&);
Result<Reply> show_backup(Context&);
Result<Reply> remove_backup(Context&);
Result<Reply> verify_backup(Context&);
Result<Reply> drill_backup(Context&);
Result<Reply> fetch_backup(Context&);
Result<Reply> change_backup_schedule(Context&);
// backup_keys.cpp
Result<Reply> make_recovery_key(Context&);
Result<Reply> confirm_recovery_key(Context&);
Result<Reply> set_backup_passphrase(Context&);
Result<Reply> remove_backup_passphrase(Context&);
// backup_bucket.cpp
Result<Reply> change_backup_bucket(Context&);
Result<Reply> remove_backup_bucket(Context&);
Result<Reply> test_backup_bucket(Context&);
// dead_man.cpp
Result<Reply> show_dead_man(Context&);
Result<Reply> change_dead_man(Context&);
Result<Reply> test_dead_man(Context&);
// storage.cpp
Result<Reply> show_storage(Context&);
Result<Reply> preview_storage(Context&);
Result<Reply> change_storage(Context&);
Result<Reply> undo_storage_change(Context&);
// inspection.cpp
Result<Reply> inspection(Context&);
// security_cases.cpp
Result<Reply> list_security_cases(Context&);
Result<Reply> open_security_case(Context&);
Result<Reply> show_security_case(Context&);
Result<Reply> change_security_case(Context&);
Result<Reply> add_security_case_entry(Context&);
Result<Reply> tick_security_case_step(Context&);
Result<Reply> close_security_case(Context&);
Result<Reply> reopen_security_case(Context&);
Result<Reply> report_security_case(Context&);
// operations.cpp
Result<Reply> healthz(Context&);
Result<Reply> readyz(Context&);
Result<Reply> metrics(Context&);

}  // namespace connlog::web::appliance
