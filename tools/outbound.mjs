// The internet of a Worker in the local stack: some hosts are really elsewhere, on this machine.

export default {
  fetch(request, { hosts }) {
    const { hostname, pathname, search } = new URL(request.url);
    return fetch(hostname in hosts ? new Request(`${hosts[hostname]}${pathname}${search}`, request) : request);
  },
};
