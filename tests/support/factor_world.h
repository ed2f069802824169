// People with second factors, for tests: set up over the API as a browser does, and proved with what an application or
// an authenticator would say. One thread.
#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "core/crypto/totp.h"
#include "tests/support/soft_authenticator.h"
#include "tests/support/test_app.h"

namespace connlog {

inline const std::string kPublicOrigin = "https://monitor.example.org:8443";

struct Application {  // an authenticator application
  std::string secret;
  std::vector<std::string> recovery_codes;
};

// Confirms with the password, for people without a second factor.
ApiAnswer confirm_by_password(TestApp& app, const Person& person, const std::string& password = TestApp::kPassword);

Application add_application(TestApp& app, const Person& person);
// What it shows now. The code that set it up, or that was used before, is spent: move on first.
std::string code_of(const TestApp& app, const Application& application);
void next_step(TestApp& app);

// Registers it; afterwards the person must have proved themselves a short while ago.
std::string add_passkey(TestApp& app, const Person& person, SoftAuthenticator& key, const std::string& name = "Key");
// The user handle under which passkeys know a person.
std::string handle_of(const Person& person);

struct Waiting {  // a login between its steps
  std::string ticket;
  nlohmann::json asked;
};
Waiting begin_login(TestApp& app, const std::string& mail, const std::string& address = "192.0.2.10");
ApiAnswer second_step(TestApp& app, const Waiting& login, const nlohmann::json& proof,
                      const std::string& address = "192.0.2.10");

}  // namespace connlog
