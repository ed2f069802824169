// One request and everything that must come of it: status, content, content that must not appear, audit acts, events.
// Tables of these make every endpoint's test alike. One thread.
#pragma once

#include <string>
#include <vector>

#include "tests/support/test_app.h"

namespace connlog {

struct ApiScenario {
  std::string name;
  std::string method = "GET";
  std::string path;  // "{w}", "{agent}", … as in TestApp::resolve
  std::string body = {};
  Person TestApp::*as = nullptr;  // nobody
  int status = 200;
  std::vector<std::string> expected = {};   // texts in head or body
  std::vector<std::string> forbidden = {};  // texts in neither
  std::vector<std::string> audit = {};      // acts that must be added, in this order; empty: none may be added
  std::vector<std::string> events = {};     // names of events published, in any order
  std::vector<std::pair<std::string, std::string>> headers = {};
};

void run(TestApp& app, const ApiScenario& scenario);
void run(TestApp& app, const std::vector<ApiScenario>& scenarios);

}  // namespace connlog
