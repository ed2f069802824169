// What a message says, in order, before it becomes text, HTML, or a few lines for a channel: one sheet for each kind of
// announcement. Used by mail_text.cpp alone. Pure; any thread.
#pragma once

#include <string>
#include <vector>

#include "core/notify/message.h"

namespace connlog {

struct Sheet {
  struct Row {
    std::string label, text;
    bool is_link = false;  // the text is a web address
  };
  std::string summary;
  std::string colour;  // of the bar above the summary, in HTML
  std::vector<Row> rows;
  std::string link;
  std::string link_text;
  std::string acknowledge;  // the sentence above the link by which the reader acknowledges; empty: none is offered
  std::string acknowledge_link;
  std::string closing;
  std::string unsubscribe;  // a link; empty: none
};

Sheet sheet_of(const MessageFacts& facts);
std::string headline_of(const MessageFacts& facts);  // of the mail, or the title of a short message
Tone tone_of(const MessageFacts& facts);

}  // namespace connlog
