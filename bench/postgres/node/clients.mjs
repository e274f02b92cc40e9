// SPDX-License-Identifier: MIT
// Three clients behind one interface: get, range, scan, add, addMany, update, transaction. Each has
// one connection and statements prepared by name; 64-bit integers arrive as numbers. With `pipeline`
// statements are sent before the answers to those before them are in; postgres.js always does.
import { and, asc, eq, gte, lte, sql as fragment } from 'drizzle-orm';
import { drizzle } from 'drizzle-orm/node-postgres';
import { bigint, doublePrecision, pgTable, text } from 'drizzle-orm/pg-core';
import pg from 'pg';
import postgres from 'postgres';

const COLUMNS = 'id, title, status, priority, score, note';
const INT8 = 20;

async function connectPg(pipeline) {
    pg.types.setTypeParser(INT8, Number);
    const client = new pg.Client({ pipeline });
    await client.connect();
    return client;
}

async function openPg(pipeline) {
    const db = await connectPg(pipeline);
    const query = (name, text, values) => db.query({ name, text, values });
    return {
        db,
        close: () => db.end(),
        async get(id) {
            const sql = `SELECT ${COLUMNS} FROM items WHERE id = $1`;
            return (await query('get', sql, [id])).rows[0];
        },
        async range(first, last) {
            const sql = `SELECT ${COLUMNS} FROM items WHERE id BETWEEN $1 AND $2 ORDER BY id`;
            return (await query('range', sql, [first, last])).rows;
        },
        async scan() {
            return (await query('scan', `SELECT ${COLUMNS} FROM items`)).rows;
        },
        async add(tx, item) {
            const sql =
                'INSERT INTO items (title, status, priority, score, note) VALUES ($1, $2, $3, $4, $5)';
            const values = [item.title, item.status, item.priority, item.score, item.note];
            return (await query('add', sql, values)).rowCount;
        },
        async addMany(tx, rows) {
            const sql =
                'INSERT INTO items (title, status, priority, score, note) SELECT * FROM ' +
                'unnest($1::text[], $2::text[], $3::bigint[], $4::float8[], $5::text[])';
            const names = ['title', 'status', 'priority', 'score', 'note'];
            const values = names.map((name) => rows.map((row) => row[name]));
            return (await query('add_many', sql, values)).rowCount;
        },
        async update(id, status, priority) {
            const sql = 'UPDATE items SET status = $1, priority = $2 WHERE id = $3';
            return (await query('update', sql, [status, priority, id])).rowCount;
        },
        async transaction(run) {
            await db.query('BEGIN');
            await run(db);
            await db.query('COMMIT');
        },
    };
}

async function openPostgresJs() {
    const db = postgres({
        max: 1,
        types: { bigint: { to: INT8, from: [INT8], parse: Number, serialize: String } },
    });
    const columns = ['title', 'status', 'priority', 'score', 'note'];
    return {
        db,
        close: () => db.end(),
        async get(id) {
            const rows = await db`SELECT id, title, status, priority, score, note
                FROM items WHERE id = ${id}`;
            return rows[0];
        },
        range: (first, last) => db`SELECT id, title, status, priority, score, note
            FROM items WHERE id BETWEEN ${first} AND ${last} ORDER BY id`,
        scan: () => db`SELECT id, title, status, priority, score, note FROM items`,
        async add(tx, item) {
            const result = await tx`INSERT INTO items (title, status, priority, score, note)
                VALUES (${item.title}, ${item.status}, ${item.priority}, ${item.score}, ${item.note})`;
            return result.count;
        },
        async addMany(tx, rows) {
            return (await tx`INSERT INTO items ${tx(rows, ...columns)}`).count;
        },
        async update(id, status, priority) {
            const result = await db`UPDATE items SET status = ${status}, priority = ${priority}
                WHERE id = ${id}`;
            return result.count;
        },
        transaction: (run) => db.begin(run),
    };
}

const items = pgTable('items', {
    id: bigint('id', { mode: 'number' }).primaryKey().generatedByDefaultAsIdentity(),
    title: text('title').notNull(),
    status: text('status').notNull(),
    priority: bigint('priority', { mode: 'number' }).notNull(),
    score: doublePrecision('score').notNull(),
    note: text('note'),
});

async function openDrizzle(pipeline) {
    const connection = await connectPg(pipeline);
    const db = drizzle(connection);
    const param = fragment.placeholder;
    const get = db.select().from(items).where(eq(items.id, param('id'))).prepare('get');
    const range = db
        .select()
        .from(items)
        .where(and(gte(items.id, param('first')), lte(items.id, param('last'))))
        .orderBy(asc(items.id))
        .prepare('range');
    const scan = db.select().from(items).prepare('scan');
    const newItem = {
        title: param('title'),
        status: param('status'),
        priority: param('priority'),
        score: param('score'),
        note: param('note'),
    };
    const add = db.insert(items).values(newItem).prepare('add');
    const update = db
        .update(items)
        .set({ status: fragment`${param('status')}`, priority: fragment`${param('priority')}` })
        .where(eq(items.id, param('id')))
        .prepare('update');
    return {
        db,
        close: () => connection.end(),
        get: async (id) => (await get.execute({ id }))[0],
        range: (first, last) => range.execute({ first, last }),
        scan: () => scan.execute(),
        // The connection is one: prepared statements run in the transaction that is open on it.
        add: async (tx, item) => (await add.execute(item)).rowCount,
        addMany: async (tx, rows) => (await tx.insert(items).values(rows)).rowCount,
        update: async (id, status, priority) =>
            (await update.execute({ id, status, priority })).rowCount,
        transaction: (run) => db.transaction(run),
    };
}

export const clients = { pg: openPg, postgresjs: openPostgresJs, drizzle: openDrizzle };
