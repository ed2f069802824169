// Pages that the links of mails open: rendered here, whole, without a script, for readers who may never have seen
// connlog. One form at most; it posts to the address it came from. Every value is escaped. Pure; any thread.
#pragma once

#include <string>
#include <vector>

#include "web/server/reply.h"

namespace connlog::web {

struct MailPage {
  int status = 200;
  std::string title = {};
  std::vector<std::string> paragraphs = {};
  struct Button {
    std::string text;
    std::string answer;  // the form's field `answer`
    bool quiet = false;
  };
  std::vector<Button> buttons = {};  // none: nothing to decide
};

Reply mail_page_reply(const MailPage& page);

}  // namespace connlog::web
