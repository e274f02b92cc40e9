// SPDX-License-Identifier: MIT
// The clients of Node.js, each as its manual shows it at its fastest:
//
//     node bench.mjs pg|postgresjs|drizzle WORKLOAD COUNT WARM_UP
//
// The workloads and the line that is printed are those of ../loop.h and ../workloads.h. The connection
// is what PGHOST and its like say.
import { readFileSync } from 'node:fs';

import { clients } from './clients.mjs';

const ROWS = 100000;
const RANGE = 100;
const BATCH = 1000;
const PIPE = 100;
const BULK = 100000;
const TEXTS = 64;

const keyOf = (i) => ((i * 7919) % ROWS) + 1;

// What is inserted, made before the clock starts.
const items = Array.from({ length: BULK }, (_, i) => ({
    title: `title of new item number ${i % TEXTS}`,
    status: 'pending',
    priority: i % 10,
    score: i * 1.25,
    note: (i % TEXTS) % 3 ? `a note on new item ${i % TEXTS}` : null,
}));

// Something from every column.
const sumOf = (row) =>
    row.id + row.title.length + row.title.charCodeAt(0) + row.status.length + row.priority +
    Math.trunc(row.score) + (row.note === null ? 0 : row.note.length + 1);

function sumOfAll(rows) {
    let sum = 0;
    for (const row of rows) sum += sumOf(row);
    return sum;
}

async function each(count, run) {
    let sum = 0;
    for (let i = 0; i < count; i++) sum += await run(i);
    return sum;
}

// COUNT rows in transactions of BATCH, one by one.
async function insertInTransactions(client, count, batch) {
    let sum = 0;
    for (let i = 0; i < count; i += batch) {
        await client.transaction(async (tx) => {
            for (let at = i; at < i + batch; at++) sum += await client.add(tx, items[at % BULK]);
        });
    }
    return sum;
}

const WORKLOADS = {
    point: (client, count) => each(count, async (i) => sumOf(await client.get(keyOf(i)))),
    range: (client, count) =>
        each(count, async (i) => {
            const first = (keyOf(i) % (ROWS - RANGE)) + 1;
            return sumOfAll(await client.range(first, first + RANGE - 1));
        }),
    scan: (client, count) => each(count, async () => sumOfAll(await client.scan())),
    insert: (client, count) => each(count, (i) => client.add(client.db, items[i % BULK])),
    insert_tx: (client, count) => insertInTransactions(client, count, BATCH),
    update: (client, count) =>
        each(count, (i) => client.update(keyOf(i), i & 1 ? 'running' : 'pending', i % 10)),
    // All PIPE are asked for before any is waited for: a client that can sends them at once.
    async pipe_get(client, count) {
        let sum = 0;
        for (let i = 0; i < count; i += PIPE) {
            const asked = [];
            for (let at = i; at < i + PIPE; at++) asked.push(client.get(keyOf(at)));
            sum += sumOfAll(await Promise.all(asked));
        }
        return sum;
    },
    async pipe_add(client, count) {
        let sum = 0;
        for (let i = 0; i < count; i += PIPE) {
            await client.transaction(async (tx) => {
                const asked = [];
                for (let at = i; at < i + PIPE; at++) asked.push(client.add(tx, items[at % BULK]));
                for (const affected of await Promise.all(asked)) sum += affected;
            });
        }
        return sum;
    },
    // BATCH rows a statement: the most that all three have a documented form for.
    async bulk(client, count) {
        let sum = 0;
        await client.transaction(async (tx) => {
            for (let i = 0; i < count; i += BATCH) {
                sum += await client.addMany(tx, items.slice(i, Math.min(i + BATCH, count)));
            }
        });
        return sum;
    },
};

const [name, workload, count, warmUp] = process.argv.slice(2);
if (!clients[name] || !WORKLOADS[workload] || !(Number(count) > 0)) {
    console.error('usage: bench.mjs pg|postgresjs|drizzle WORKLOAD COUNT WARM_UP');
    process.exit(2);
}

// As in ../workloads.h.
function serverNs() {
    const server = process.env.BENCH_SERVER;
    let ran = 0n;
    try {
        const children = readFileSync(`/proc/${server}/task/${server}/children`, 'utf8');
        for (const pid of children.trim().split(' ')) {
            ran += BigInt(readFileSync(`/proc/${pid}/schedstat`, 'utf8').split(' ')[0]);
        }
        return ran;
    } catch {
        return 0n;
    }
}

const client = await clients[name](workload.startsWith('pipe'));
await WORKLOADS[workload](client, Number(warmUp));
const servedBefore = serverNs();
const cpuBefore = process.cpuUsage();
const before = process.hrtime.bigint();
const sum = await WORKLOADS[workload](client, Number(count));
const wall = process.hrtime.bigint() - before;
const used = process.cpuUsage(cpuBefore);
const cpu = BigInt(used.user + used.system) * 1000n;
const served = serverNs() - servedBefore;
await client.close();
console.log(`${wall} ${cpu} ${cpu + served} ${sum}`);
