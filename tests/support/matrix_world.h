// The people of the access matrix (tests/security/matrix/access.txt): one of every kind that may come to an address of
// the server, in a workspace that has one thing of every kind in it. One thread.
#pragma once

#include <map>
#include <string>
#include <utility>
#include <vector>

#include "tests/support/test_app.h"

namespace connlog {

struct Visitor {
  std::string name;
  bool has_session = false;
  Person person = {};
  std::vector<std::pair<std::string, std::string>> headers = {};  // with a key: Authorization
};

class MatrixWorld {
 public:
  MatrixWorld();

  // Who stands for a column of the table; each must get what the cell says.
  std::vector<Visitor> visitors(const std::string& column) const;
  // People who logged in so long ago that their proof is not fresh any more, and who may do everything else: for the
  // column "fresh".
  const Visitor& stale_owner() const { return stale_owner_; }
  const Visitor& stale_administrator() const { return stale_administrator_; }

  // "view" → the header of an API key of the workspace that has this scope and no other; one for each scope there is.
  const std::map<std::string, std::pair<std::string, std::string>>& keys() const { return keys_; }
  // A key of another workspace, with every scope.
  const std::pair<std::string, std::string>& foreign_key() const { return foreign_key_; }

  // The id of a thing of the workspace for a path such as /api/v1/workspaces/{w}/agents/{id}/readings; "" when the
  // world has none of that kind.
  std::string object_of(const std::string& path) const;
  // Names and ids that no refusal may mention.
  const std::vector<std::string>& secrets_of_the_workspace() const { return secrets_; }

  // From then on the column "glass" stands for the administrator, who has opened the workspace with a reason.
  void open_the_workspace();

  // From then on the workspace is scoped by team. db-1, mon-1 and the operator belong to team B, another agent and the member
  // to team A. The viewer belongs to no team.
  void divide_by_team();

  TestApp app;

 private:
  nlohmann::json must(const ApiAnswer& answer) const;
  Person add_user(const std::string& name, bool administrator);
  void join(const Person& person, Role role);
  std::pair<std::string, std::string> key_of(const std::string& workspace, const std::vector<std::string>& scopes,
                                             const Person& owner);
  Visitor logged_in(const std::string& name);

  std::vector<std::pair<std::string, Visitor>> visitors_;  // column → who
  Visitor stale_owner_, stale_administrator_;
  std::vector<std::string> secrets_;
  std::map<std::string, std::pair<std::string, std::string>> keys_;
  std::pair<std::string, std::string> foreign_key_;
};

}  // namespace connlog
