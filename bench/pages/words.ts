/** What stands on the demo model's pages, as `resources/demo-model/train.py` has it: the model knows no others. */
interface FieldWords {
  /** As printed. */
  readonly labels: readonly string[]
  /** As members of a record; the first is the usual one. */
  readonly keys: readonly string[]
}

const words = (text: string): string[] => text.split(' ')

export const fieldWords = {
  vendor: { labels: ['VENDOR', 'FROM', 'SELLER', 'STORE'], keys: ['vendor', 'merchant', 'store', 'seller', 'company'] },
  invoice_number: { labels: ['INVOICE NO', 'INVOICE #', 'INV NO', 'INVOICE'], keys: ['invoice_number', 'invoice_no', 'invoice_id'] },
  receipt_number: { labels: ['RECEIPT NO', 'RECEIPT #', 'RCPT', 'RECEIPT'], keys: ['receipt_number', 'receipt_no'] },
  date: { labels: ['DATE', 'ISSUED', 'DATE'], keys: ['date', 'issue_date'] },
  due_date: { labels: ['DUE', 'DUE DATE', 'PAY BY'], keys: ['due_date', 'payment_due'] },
  name: { labels: ['NAME', 'FULL NAME', 'CUSTOMER', 'BILL TO'], keys: ['name', 'full_name', 'customer', 'customer_name'] },
  phone: { labels: ['PHONE', 'TEL', 'MOBILE'], keys: ['phone', 'phone_number', 'telephone'] },
  city: { labels: ['CITY', 'TOWN'], keys: ['city', 'town'] },
  id_number: { labels: ['ID NO', 'ID', 'MEMBER NO', 'CARD NO'], keys: ['id_number', 'member_number', 'card_number', 'id'] },
  birth_date: { labels: ['BORN', 'BIRTH DATE', 'DOB'], keys: ['birth_date', 'date_of_birth', 'dob'] },
  expiry_date: { labels: ['EXPIRES', 'VALID TO', 'EXPIRY'], keys: ['expiry_date', 'valid_until', 'expires'] },
  subtotal: { labels: ['SUBTOTAL', 'NET'], keys: ['subtotal', 'net_amount'] },
  tax: { labels: ['TAX', 'VAT'], keys: ['tax', 'vat', 'tax_amount'] },
  total: { labels: ['TOTAL', 'TOTAL DUE', 'AMOUNT DUE', 'GRAND TOTAL'], keys: ['total', 'total_amount', 'amount_due', 'grand_total'] },
} as const satisfies Record<string, FieldWords>
export type PageField = keyof typeof fieldWords
export const pageFields = Object.keys(fieldWords) as PageField[]
export const amountFields: readonly PageField[] = ['subtotal', 'tax', 'total']
export const dateFields: readonly PageField[] = ['date', 'due_date', 'birth_date', 'expiry_date']

/** Asked for, and on no page. */
export const strangeKeys = words('email website address iban currency notes signature weight country discount order_number salary license_plate passport_number quantity color')
export const itemNames = words('COFFEE TEA BREAD MILK CHEESE APPLES BANANAS RICE PASTA SOUP SALAD PIZZA BURGER JUICE WATER COOKIES CAKE EGGS BUTTER SUGAR PEN NOTEBOOK PAPER STAPLER LAMP CHAIR DESK CABLE MOUSE KEYBOARD HAMMER PAINT BRUSH SOAP TOWEL SHIRT SHOES HAT BOOK CANDLE')
export const firstNames = words('ANNA MARIA JOHN PETER LUCY OMAR NINA IVAN SARA DAVID EMMA LEO MIA NOAH OLGA PAUL RITA TOM VERA ZOE ADAM CLARA ERIK FAITH GRACE HUGO IRIS JACK KARIM LENA')
export const lastNames = words('SMITH NOVAK GARCIA KIM MULLER ROSSI SILVA JONES BROWN LOPEZ KHAN WEBER DUBOIS SATO PATEL COSTA BERG MORRIS HALL REED FOX LANE WOOD PRICE STONE YOUNG BAKER COOK')
export const shopKinds = words('MARKET CAFE STORE LTD BAKERY BOOKS FOODS TOOLS SUPPLY INC TRADING OFFICE GARDEN SHOP BISTRO')
export const shopNames = words('NORTH SUNNY GREEN BLUE RIVER OAK CITY GOLDEN HAPPY MAPLE LUNA STAR HILL LAKE ROYAL UNION PRIME CORNER ALPINE METRO')
export const cities = words('PARIS LONDON OSLO ROME MADRID BERLIN VIENNA PRAGUE LISBON DUBLIN TOKYO CAIRO LIMA DENVER BOSTON TORONTO SYDNEY KRAKOW GENEVA MILAN')
export const formTitles = ['REGISTRATION FORM', 'APPLICATION FORM', 'PATIENT FORM', 'CONTACT FORM', 'VISITOR FORM']
export const cardTitles = ['MEMBER CARD', 'IDENTITY CARD', 'STUDENT CARD', 'LIBRARY CARD', 'ID CARD']
export const thanks = ['THANK YOU', 'THANK YOU!', 'PLEASE COME AGAIN', 'HAVE A NICE DAY']
