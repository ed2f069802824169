// Routes of identity: login, second factors, login providers, one's own account.
#include "web/api/rows.h"
#include "web/api/identity/handlers.h"

namespace connlog::web::identity {
namespace {

using namespace rows;

constexpr Route kRoutes[] = {
    // The way in, and out
    post("login", "/api/v1/login", anyone, login, "Open a session, or be asked for the second factor", takes("Login"),
         answers("LoginAnswer")),
    post("secondFactorOptions", "/api/v1/login/second-factor/options", anyone, second_factor_options,
         "What proves it, for a login that waits", takes("LoginTicket"), answers("SecondFactorAsked")),
    post("secondFactor", "/api/v1/login/second-factor", anyone, second_factor, "The second step of a login",
         takes("SecondFactorProof"), answers("Me")),
    post("passkeyLoginOptions", "/api/v1/login/passkey/options", anyone, passkey_login_options,
         "Begin a login by a passkey alone", answers("PasskeyLoginOptions")),
    post("passkeyLogin", "/api/v1/login/passkey", anyone, passkey_login, "A login by a passkey alone",
         takes("PasskeyAnswer"), answers("Me")),
    post("logout", "/api/v1/logout", session.before_agreement(), logout, "End the session", answers(204)),

    // Second factors
    get("stepUpState", "/api/v1/step-up", session.fresh(), step_up_state, "Whether my confirmation is still fresh",
        answers(204)),
    post("stepUpOptions", "/api/v1/step-up/options", session, step_up_options, "What proves that it is me",
         answers("StepUpOptions")),
    post("stepUp", "/api/v1/step-up", session, step_up, "Prove afresh that it is me", takes("StepUpProof"),
         answers("StepUpAnswer")),
    get("showFactors", "/api/v1/account/factors", session, show_factors, "My second factors", answers("Factors")),
    post("offerTotp", "/api/v1/account/factors/totp", session.fresh(), offer_totp,
         "Begin with an authenticator application; its secret is shown once", answers("TotpOffer")),
    post("confirmTotp", "/api/v1/account/factors/totp/confirm", session.fresh(), confirm_totp,
         "Show that it has the secret", takes("TotpConfirmation"), answers("RecoveryCodes")),
    del("removeTotp", "/api/v1/account/factors/totp", session.fresh(), remove_totp,
        "Remove the authenticator application", answers(204)),
    post("renewRecoveryCodes", "/api/v1/account/factors/recovery-codes", session.fresh(), renew_recovery_codes,
         "Ten new recovery codes, shown once; the old ones end", answers("RecoveryCodes")),
    post("newPasskeyOptions", "/api/v1/account/passkeys/options", session.fresh(), new_passkey_options,
         "Begin to register a passkey", answers("NewPasskeyOptions")),
    post("addPasskey", "/api/v1/account/passkeys", session.fresh(), add_passkey, "Register a passkey",
         takes("NewPasskey"), answers("PasskeyAdded", 201)),
    patch("renamePasskey", "/api/v1/account/passkeys/{id}", session, rename_passkey, "Rename a passkey",
          takes("PasskeyChange"), answers("Passkey")),
    del("removePasskey", "/api/v1/account/passkeys/{id}", session.fresh(), remove_passkey, "Remove a passkey",
        answers(204)),
    get("showSecondFactorPolicy", "/api/v1/workspaces/{w}/second-factor", view_members, show_factor_policy,
        "Whether the workspace requires a second factor", answers("SecondFactorPolicy")),
    put("changeSecondFactorPolicy", "/api/v1/workspaces/{w}/second-factor", own_workspace, change_factor_policy,
        "Require a second factor, or no longer", takes("SecondFactorPolicyChange"), answers("SecondFactorPolicy")),

    // One's own account
    get("showAccount", "/api/v1/account", session, show_account, "My account", answers("Account")),
    patch("changeAccount", "/api/v1/account", session, change_account, "My name, and what I am told by mail",
          takes("AccountChange"), answers("Account")),
    del("deleteAccount", "/api/v1/account", session.fresh(), delete_own_account, "Delete my account", answers(204)),
    post("changePassword", "/api/v1/account/password", session, change_own_password,
         "A new password; every other session ends", takes("PasswordChange"), answers("Me")),
    get("listSessions", "/api/v1/account/sessions", session, list_own_sessions, "Where I am logged in",
        answers("SessionList")),
    del("endOtherSessions", "/api/v1/account/sessions", session, end_own_sessions,
        "End every session but this one, or (which=all) every one", asks("which"), answers(204)),
    del("endSession", "/api/v1/account/sessions/{id}", session, end_own_session, "End a session of mine", answers(204)),
    post("askMailVerification", "/api/v1/account/mail/verification", session, verify_own_mail,
         "Send a link that confirms my address", answers(202)),
    post("askMailChange", "/api/v1/account/mail", session.fresh(), ask_mail_change,
         "Another address; both must agree by a link", takes("MailChange"), answers("Account", 202)),
    del("cancelMailChange", "/api/v1/account/mail", session, cancel_mail_change, "Take the change of address back",
        answers(204)),
    get("exportAccount", "/api/v1/account/export", session, export_own_data, "Everything that is kept about me",
        answers("application/json")),
    get("registrationState", "/api/v1/register", anyone, registration_state,
        "Whether strangers may make an account, and whether mail works", answers("RegistrationState")),
    post("register", "/api/v1/register", anyone, ask_registration,
         "Ask for an account; the answer is the same for every address", takes("Registration"), answers(202)),
    post("completeRegistration", "/api/v1/register/complete", anyone, complete_registration,
         "Choose a password with the link's token", takes("NewPasswordByLink"), answers("Me", 201)),
    post("answerMailLink", "/api/v1/verify-mail", anyone, answer_mail_link, "Agree or refuse with the link's token",
         takes("MailLinkAnswer"), answers("MailLinkOutcome")),
    post("askPasswordReset", "/api/v1/password-reset", anyone, ask_password_reset,
         "Ask for a link; the answer is the same for every address", takes("PasswordReset"), answers(202)),
    post("completePasswordReset", "/api/v1/password-reset/complete", anyone, complete_password_reset,
         "Choose a new password with the link's token", takes("NewPasswordByLink"), answers(204)),

    // Logins by providers
    get("loginProviders", "/api/v1/login/providers", anyone, login_providers, "Where one may log in with",
        answers("LoginButtonList")),
    get("startProviderLogin", "/api/v1/login/providers/{id}/start", anyone, start_provider_login,
        "Go to the provider's login page", answers(303)),
    get("providerCallback", "/api/v1/login/providers/callback", anyone, provider_callback,
        "Come back from the provider", asks("state code error iss"), answers(303)),
    post("showLoginConfirmation", "/api/v1/login/providers/confirmation", anyone, show_login_confirmation,
         "Which account must agree", takes("LoginTicket"), answers("LoginConfirmation")),
    post("confirmLogin", "/api/v1/login/providers/confirm", anyone, confirm_login,
         "Agree by the account's password, and enter", takes("LoginAgreement"), answers("LoginEntered")),
    post("mailLoginConfirmation", "/api/v1/login/providers/confirm-mail", anyone, mail_login_confirmation,
         "Send a link to the account's address", takes("LoginTicket"), answers(204)),
    post("confirmLoginByLink", "/api/v1/login/providers/confirm-link", anyone, confirm_login_by_link,
         "Agree by that link", takes("LoginLink"), answers("LoginLinked")),
    get("listLogins", "/api/v1/account/logins", session, list_logins, "My accounts at providers", answers("LoginList")),
    post("linkLogin", "/api/v1/account/logins", session.fresh(), link_login, "Link an account at a provider to mine",
         takes("LoginStart"), answers("LoginAway")),
    del("unlinkLogin", "/api/v1/account/logins/{id}", session.fresh(), unlink_login, "Unlink it", answers(204)),
    post("proveByLogin", "/api/v1/step-up/provider", session, prove_by_login,
         "Prove by a provider's login that it is still me", takes("LoginStart"), answers("LoginAway")),
    get("listLoginProviders", "/api/v1/appliance/providers", administrator, list_login_providers, "Login providers",
        answers("LoginProviderList")),
    post("addLoginProvider", "/api/v1/appliance/providers", administrator, add_login_provider, "Add a login provider",
         takes("NewLoginProvider"), answers("LoginProvider", 201)),
    patch("changeLoginProvider", "/api/v1/appliance/providers/{id}", administrator, change_login_provider,
          "Change a login provider", takes("LoginProviderChange"), answers("LoginProvider")),
    del("removeLoginProvider", "/api/v1/appliance/providers/{id}", administrator, remove_login_provider,
        "Remove it, with everybody's logins there", answers(204)),
    post("testLoginProvider", "/api/v1/appliance/providers/{id}/test", administrator, test_login_provider,
         "Ask the provider whether it would work", answers("LoginProviderTest")),
};

}  // namespace

std::span<const Route> routes() {
  return kRoutes;
}

}  // namespace connlog::web::identity
