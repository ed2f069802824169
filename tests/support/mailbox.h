// What the appliance's letters would say to whom, read from the database while no mail server answers. For tests of the
// flows whose link goes by mail. One thread.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "core/notify/letter_store.h"
#include "tests/support/test_app.h"

namespace connlog::test {

// Mail settings with a server that nobody is: letters wait.
void set_up_mail(TestApp& app);

struct ReadLetter {
  PostedLetter row;
  std::string path;   // of its link, opened; empty: none
  std::string token;  // behind the "=" of its fragment
};
// Newest first.
std::vector<ReadLetter> letters(TestApp& app);
// The newest of this kind to this address.
std::optional<ReadLetter> letter(TestApp& app, const std::string& kind, const std::string& to);

// Sets a limit of the appliance, as its administrator would.
void set_limit(TestApp& app, const std::string& name, int value);

}  // namespace connlog::test
