#include "web/api/rooms.h"

#include <tuple>

namespace connlog::web {

template <typename Services>
const Services& services_of(const Rooms& rooms) {
  const auto all = std::tie(rooms.context, rooms.live, rooms.middleware, rooms.agents, rooms.watch, rooms.notify,
                            rooms.identity, rooms.access, rooms.audit, rooms.trust, rooms.appliance,
                            rooms.monitors, rooms.pings, rooms.events);
  return std::get<const Services&>(all);
}

template const Context::Services& services_of(const Rooms&);
template const LiveEvents::Services& services_of(const Rooms&);
template const middleware::Services& services_of(const Rooms&);
template const agents::Services& services_of(const Rooms&);
template const watch::Services& services_of(const Rooms&);
template const notify::Services& services_of(const Rooms&);
template const identity::Services& services_of(const Rooms&);
template const access::Services& services_of(const Rooms&);
template const audit::Services& services_of(const Rooms&);
template const trust::Services& services_of(const Rooms&);
template const appliance::Services& services_of(const Rooms&);
template const monitors::Services& services_of(const Rooms&);
template const monitors::PingServices& services_of(const Rooms&);
template const monitors::EventServices& services_of(const Rooms&);

}  // namespace connlog::web
