// What the room of identities answers: login, second factors, login providers, one's own account.
// Any worker; what runs inside `ctx.write` runs on the writer thread.
#pragma once

#include "web/api/parts.h"
#include "web/api/request_context.h"
#include "web/api/routes.h"
#include "web/api/identity/services.h"

namespace connlog::web::identity {

std::span<const Route> routes();
std::span<const PersonPart> own_data_parts();

// account.cpp
Result<Reply> login(Context&);
Result<Reply> logout(Context&);
Result<Reply> me_by_session(Context&);
// proofs.cpp
Result<Reply> second_factor_options(Context&);
Result<Reply> second_factor(Context&);
Result<Reply> passkey_login_options(Context&);
Result<Reply> passkey_login(Context&);
Result<Reply> step_up_state(Context&);
Result<Reply> step_up_options(Context&);
Result<Reply> step_up(Context&);
// factors.cpp
Result<Reply> show_factors(Context&);
Result<Reply> offer_totp(Context&);
Result<Reply> confirm_totp(Context&);
Result<Reply> remove_totp(Context&);
Result<Reply> renew_recovery_codes(Context&);
Result<Reply> new_passkey_options(Context&);
Result<Reply> add_passkey(Context&);
Result<Reply> rename_passkey(Context&);
Result<Reply> remove_passkey(Context&);
Result<Reply> show_factor_policy(Context&);
Result<Reply> change_factor_policy(Context&);
// logins.cpp
Result<Reply> login_providers(Context&);
Result<Reply> start_provider_login(Context&);
Result<Reply> provider_callback(Context&);
Result<Reply> show_login_confirmation(Context&);
Result<Reply> confirm_login(Context&);
Result<Reply> mail_login_confirmation(Context&);
Result<Reply> confirm_login_by_link(Context&);
Result<Reply> list_logins(Context&);
Result<Reply> link_login(Context&);
Result<Reply> prove_by_login(Context&);
Result<Reply> unlink_login(Context&);
// login_providers.cpp
Result<Reply> list_login_providers(Context&);
Result<Reply> add_login_provider(Context&);
Result<Reply> change_login_provider(Context&);
Result<Reply> remove_login_provider(Context&);
Result<Reply> test_login_provider(Context&);
// own_account.cpp
Result<Reply> show_account(Context&);
Result<Reply> change_account(Context&);
Result<Reply> change_own_password(Context&);
Result<Reply> list_own_sessions(Context&);
Result<Reply> end_own_session(Context&);
Result<Reply> end_own_sessions(Context&);
Result<Reply> verify_own_mail(Context&);
Result<Reply> ask_mail_change(Context&);
Result<Reply> cancel_mail_change(Context&);
Result<Reply> delete_own_account(Context&);
// own_data.cpp
Result<Reply> export_own_data(Context&);
// account_door.cpp
Result<Reply> registration_state(Context&);
Result<Reply> ask_registration(Context&);
Result<Reply> complete_registration(Context&);
Result<Reply> answer_mail_link(Context&);
Result<Reply> ask_password_reset(Context&);
Result<Reply> complete_password_reset(Context&);

}  // namespace connlog::web::identity
