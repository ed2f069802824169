// Reads a person wherever people are listed: the columns of `app_user u`, and the User made of them. Any thread.
#pragma once

#include "core/people/user.h"
#include "storage/statement.h"

#define CONNLOG_USER_COLUMNS                                                                                \
  "u.id, u.name, u.mail, u.mail_key, u.password_hash, u.appliance_administrator, u.enabled, u.created_at, " \
  "u.last_login_at"

namespace connlog::storage {

// Takes the columns of CONNLOG_USER_COLUMNS from the row; the caller reads the columns after them.
inline User read_user(Row& row) {
  User user;
  user.id = row.id<UserId>();
  user.name = row.text();
  user.mail = row.text();
  user.mail_key = row.text();
  user.password_hash = row.text();
  user.appliance_administrator = row.boolean();
  user.enabled = row.boolean();
  user.created_at = row.instant();
  user.last_login_at = row.instant();
  return user;
}

}  // namespace connlog::storage
