// What people choose to have sent to a webhook in place of connlog's own JSON: fields as JSON or as a form, a text of
// their own, and headers. `{title}` and the like stand for values of the message. A value is put in once, encoded for
// where it stands (a JSON string, a form, HTML, a header), and is never looked at again: what a name holds is no
// placeholder, ends no string, and makes no header. There is no template language. Pure; any thread.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/base/result.h"
#include "core/base/words.h"
#include "core/net/http_client.h"
#include "core/notify/message.h"

namespace connlog {

// connlog: its own JSON. json, form: the body's lines are "name: value" and "name=value". text: as it is.
enum class BodyForm { connlog, json, form, text };
template <>
inline constexpr auto kWords<BodyForm> = words_for<BodyForm>({
    {BodyForm::connlog, "connlog"},
    {BodyForm::json, "json"},
    {BodyForm::form, "form"},
    {BodyForm::text, "text"},
});

struct ChosenBody {
  BodyForm form = BodyForm::connlog;
  std::string body = {};
  std::string content_type = {};  // of text; empty: text/plain
  std::string headers = {};       // lines "Name: value"
};

struct FilledBody {
  std::string content_type, body;
  std::vector<HttpHeader> headers;
};

// By name, each a text; see kPlaceholders in webhook_body.cpp.
using PlaceholderValues = std::vector<std::pair<std::string_view, std::string>>;
PlaceholderValues placeholder_values(const MessageFacts& facts);

// Errors name fields.body, fields.content_type or fields.headers.
Result<void> check_chosen_body(const ChosenBody& chosen);
// Of one that was checked. With the form connlog only `headers` is set.
FilledBody fill(const ChosenBody& chosen, const PlaceholderValues& values);

}  // namespace connlog
