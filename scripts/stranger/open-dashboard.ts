/**
 * Opens a dashboard as a browser does: with the token of its address, then with the cookie it got for it.
 *
 * @throws Error when a page is not there, or does not name the queue
 */
export async function openDashboard(address: string, queueName: string): Promise<void> {
  const welcome = await fetch(address, { redirect: 'manual' });
  const cookie = welcome.headers.get('set-cookie')?.split(';', 1).at(0) ?? '';
  for (const page of ['./', '-/jobs', '-/failures', '-/schedules', '-/workers', '-/metrics']) {
    const response = await fetch(new URL(page, address), { headers: { cookie } });
    const text = await response.text();
    if (response.status !== 200) throw new Error(`/${page} answered ${response.status}:\n${text}`);
    if (page === './' && !text.includes(queueName))
      throw new Error(`It does not show ${queueName}.`);
  }
}
