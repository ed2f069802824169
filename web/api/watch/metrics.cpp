// The table of metrics, from which the interface takes nouns, units, ranges and charts. The same for everybody.
#include <nlohmann/json.hpp>

#include "web/api/watch/handlers.h"
#include "web/api/watch/views.h"

namespace connlog::web::watch {

Result<Reply> list_metrics(Context&) {
  nlohmann::json items = nlohmann::json::array();
  for (const MetricRow& row : kMetricTable) items.push_back(view(row));
  return json_reply(200, {{"items", std::move(items)}, {"next", nullptr}});
}

}  // namespace connlog::web::watch
