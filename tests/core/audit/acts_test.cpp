// The registry of acts: every act in the sources has its words.

#include "core/audit/acts.h"

#include <doctest/doctest.h>

#include <filesystem>
#include <regex>
#include <set>
#include <string>

#include "tests/support/outside.h"

using namespace connlog;
namespace fs = std::filesystem;

namespace {

// The arguments of a call whose opening bracket stands at `open`.
std::string arguments(const std::string& text, std::size_t open) {
  int depth = 0;
  for (std::size_t at = open; at < text.size(); ++at) {
    if (text[at] == '(') ++depth;
    if (text[at] == ')' && --depth == 0) return text.substr(open, at - open);
  }
  return text.substr(open);
}

// The third argument of a call of the audit log, and what goes into variables named act or acts.
std::set<std::string> acts_in(const std::string& text) {
  static const std::regex call(R"((append|append_security|tell)\s*\(\s*tx\s*,)");
  static const std::regex variable(R"((\bact = [^;]*;|\bacts\.push_back\([^;]*;))");
  static const std::regex name(R"re("([a-z_]+\.[a-z_]*[a-z])")re");
  std::string places;
  for (std::sregex_iterator at(text.begin(), text.end(), call), end; at != end; ++at)
    places += arguments(text, text.find('(', static_cast<std::size_t>(at->position()))) + "\n";
  for (std::sregex_iterator at(text.begin(), text.end(), variable), end; at != end; ++at) places += at->str() + "\n";
  std::set<std::string> found;
  for (std::sregex_iterator at(places.begin(), places.end(), name), end; at != end; ++at) found.insert((*at)[1].str());
  found.erase("audit.anchor");  // the file's name, an object
  return found;
}

}  // namespace

TEST_CASE("every act in the sources has its words for people") {
  std::set<std::string> found;
  for (const char* room : {"core", "web", "cli", "storage"}) {
    for (const auto& entry : fs::recursive_directory_iterator(test::source_directory() / room)) {
      if (entry.path().extension() != ".cpp" || entry.path().string().find("/node_modules/") != std::string::npos)
        continue;
      for (const std::string& act : acts_in(test::read_text(entry.path()))) found.insert(act);
    }
  }
  CHECK(found.size() > 60);  // the search itself works
  for (const std::string& act : found) {
    CAPTURE(act);
    CHECK(phrase_of(act) != act);
  }
}

TEST_CASE("a sentence says who did what to what from where, on one line") {
  TrailEntry entry;
  entry.actor_name = "Ada";
  entry.act = "agent.added";
  entry.object = "db-1\r\nX-Evil: 1";
  entry.details = "tags production";
  entry.address = "192.0.2.7";
  const std::string sentence = sentence_of(entry);
  CHECK(sentence.find("Ada added an agent: db-1") == 0);
  CHECK(sentence.find("(tags production) from 192.0.2.7") != std::string::npos);
  CHECK(sentence.find('\n') == std::string::npos);
  entry.act = "something.new";
  CHECK(sentence_of(entry).find("something.new") != std::string::npos);
}
